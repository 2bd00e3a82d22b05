from rtfm_mmaction.workshop.cli.ucf_crime import main

if __name__ == '__main__':
    main()
