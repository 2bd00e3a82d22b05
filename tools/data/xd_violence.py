from rtfm_mmaction.workshop.cli.xd_violence import main

if __name__ == '__main__':
    main()
